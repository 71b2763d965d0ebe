from backstay.project.world.filling import CASES, Filled, NotEmpty, fill, is_empty
from backstay.project.world.signing_in import SignIn, listed, sign_ins

__all__ = ["CASES", "Filled", "NotEmpty", "SignIn", "fill", "is_empty", "listed", "sign_ins"]
