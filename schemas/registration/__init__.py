"""Registration: desired state, observed state, a pure plan between them, and its application."""
