from backstay.project.load.dropping import drop
from backstay.project.load.loading import Loaded, load

__all__ = ["Loaded", "drop", "load"]
