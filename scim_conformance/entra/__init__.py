"""What Microsoft Entra ID's provisioning service does: profiles, people, dialects, and the steps it sends. No wire."""
