"""Files of a large administration, for the measurement of `import_directory`."""

import csv
from pathlib import Path

FIRST = ("Camille", "Ana", "Éloïse", "Jean", "Inès", "Karim", "Léa", "Hélène", "Théo", "Fatou")
LAST = ("Martin", "de La Tour", "Lefèvre", "Nguyen", "Diallo", "Œuvrard", "Petit", "García", "Dubois", "Roux")

COLUMNS = ("email", "first_name", "last_name", "function", "unit_code", "manager_email", "skills", "phone")


def write_directory(folder: Path, agents: int) -> tuple[Path, Path]:
    """40 directions of 50 services, and `agents` people with managers and skills; gives the two files."""
    units, people = folder / "units.csv", folder / "agents.csv"
    services = [f"S{direction}-{service}" for direction in range(40) for service in range(50)]
    with units.open("w", newline="") as text:
        writer = csv.writer(text, delimiter=";")
        writer.writerow(["code", "name", "kind", "parent_code"])
        writer.writerow(["M", "Ministère", "ministry", ""])
        writer.writerows([f"D{n}", f"Direction {n}", "direction", "M"] for n in range(40))
        writer.writerows([code, f"Service {code}", "service", f"D{code[1:].split('-')[0]}"] for code in services)
    with people.open("w", newline="") as text:
        writer = csv.writer(text, delimiter=";")
        writer.writerow(COLUMNS)
        for n in range(agents):
            manager = f"agent{n % 2000}@scale.example" if n >= 2000 else ""
            skills = "|".join(f"Compétence {(n * 7 + k) % 300}" for k in range(n % 4))
            name = (FIRST[n % 10], LAST[n // 10 % 10])
            code = services[n % len(services)]
            writer.writerow([f"agent{n}@scale.example", *name, "Chargée de mission", code, manager, skills, ""])
    return units, people
