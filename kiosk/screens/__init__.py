"""What people see: pages as values and the view that makes them, and the glass that draws them with Kivy."""
