"""A connection's role, in the form its owner likes to apply."""

from typing import Literal, get_args

from penstock.connections.cli_script import cli_script
from penstock.connections.cloudformation import cloudformation_template
from penstock.connections.role_setup import RoleSetup
from penstock.connections.terraform import terraform_configuration
from penstock.errors import InvalidInput, Where

Form = Literal["json", "cloudformation", "terraform", "cli"]

__all__ = ["Form", "RoleSetup", "trust_policy"]


def trust_policy(setup: RoleSetup, form: Form) -> str:
    """Text that ends with a line break.

    `json` is the trust policy alone, to be pasted into an existing role. The others make the
    role, with the permissions if there are any.

    Raises:
        InvalidInput: no such form.
    """
    match form:
        case "json":
            return setup.trust_text + "\n"
        case "cloudformation":
            return cloudformation_template(setup)
        case "terraform":
            return terraform_configuration(setup)
        case "cli":
            return cli_script(setup)
    raise InvalidInput(
        f"There is no form {form!r} of a trust policy.",
        hint=f"Forms: {', '.join(get_args(Form))}.",
        where=Where(field="form"),
    )
