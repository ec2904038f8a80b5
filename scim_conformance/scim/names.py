"""The attribute names of RFC 7643 sections 3.1, 4.1, 4.2 and 4.3, as they are written there."""

_NAMES = """
id externalId userName name formatted familyName givenName middleName honorificPrefix honorificSuffix displayName
nickName profileUrl title userType preferredLanguage locale timezone active password emails phoneNumbers ims photos
addresses streetAddress locality region postalCode country groups entitlements roles x509Certificates value display type
primary members employeeNumber costCenter organization division department manager
"""

_BY_LETTERS = {name.lower(): name for name in _NAMES.split()}


def spelled(name: str) -> str:
    """Return a name as the RFC writes it; one that it does not have stays as it is."""
    return _BY_LETTERS.get(name.lower(), name)
