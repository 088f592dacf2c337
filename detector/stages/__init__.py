"""The two stages a payment passes: rules on the payer, then rules on the payee and the verdict."""
