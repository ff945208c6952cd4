"""How the description of the API (drf-spectacular) names the key of a program."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from organisations.api_authentication import KeyAuthentication


class KeyAuthenticationScheme(OpenApiAuthenticationExtension):
    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002
        return {"type": "http", "scheme": "bearer"}
