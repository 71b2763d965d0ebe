// Shows a page that was pushed. Its tag is the stable id, so that a double replaces the first.
self.addEventListener("push", (event) => {
  const page = event.data.json();
  event.waitUntil(
    self.registration.showNotification(page.title, {
      body: page.text,
      tag: page.id,
      requireInteraction: true,
      data: page,
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.acknowledge));
});
