"""Labels for books and cards for people, as PDF on A4 sheets from any maker."""
