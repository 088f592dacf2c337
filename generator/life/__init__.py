"""Normal life: who has which role, what is paid by habit and what from day to day."""
