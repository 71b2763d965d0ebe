from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "backstay.products"
    default_auto_field = "django.db.models.BigAutoField"
