"""Which channels are connected on this site: a floor that brings one says so when it starts."""

connected: set[str] = set()
CASE = "case"  # through the portal and the API


def connect(key: str) -> None:
    """From now on this process counts the channel of that catalogue key as connected."""
    connected.add(key)


connect(CASE)
