"""What follows the consented award: contract, transfer, Investment Fund. Nothing upstream imports it."""
