"""The stateful detector: payments pass the rules on the payer, an internal topic, and the rules on the payee."""
