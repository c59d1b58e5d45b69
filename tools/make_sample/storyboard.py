"""The lesson itself, as data: chapters, scenes, narration and on-screen words."""

from __future__ import annotations

from tools.make_sample.model import Scene, Text

TITLE = "The Honeybee: a short lesson"

SCENES: tuple[Scene, ...] = (
    Scene(
        "title",
        chapter="Meet the honeybee",
        static=True,
        lead_s=0.8,
        lines=(
            "Welcome to a short lesson about the honeybee.",
            "We follow one small insect from flower to hive.",
        ),
        texts=(
            Text("title", "The Honeybee"),
            Text("subtitle", "A short lesson in four parts"),
        ),
    ),
    Scene(
        "meadow",
        lines=(
            "On one trip, a honeybee visits up to a hundred flowers.",
            "She drinks nectar and carries it home in a honey stomach.",
        ),
    ),
    Scene(
        "roles",
        chapter="The hive and its roles",
        lead_s=0.6,
        lines=(
            "A hive is home to one family, called a colony.",
            "The queen lays up to two thousand eggs a day.",
            "The workers, all female, do every other job in the hive.",
            "The drones are male, and live only to mate with a queen.",
        ),
        texts=(
            Text("title", "The Hive and Its Roles"),
            Text("queen", "One queen lays the eggs", line=1),
            Text("workers", "Thousands of workers run the hive", line=2),
            Text("drones", "A few hundred drones mate", line=3),
        ),
    ),
    Scene(
        "comb",
        lines=(
            "Workers build the comb from wax, cell by cell.",
            "Six sides give each cell the most room for the least wax.",
            "The colony fills the comb with honey, pollen and young bees.",
        ),
        texts=(Text("label", "Wax comb, built cell by cell"),),
    ),
    Scene(
        "jobs",
        static=True,
        tail_s=0.6,
        lines=(
            "A worker changes her job as she grows older.",
            "First she cleans cells, then feeds the brood and builds comb.",
            "After three weeks, she leaves the hive to collect food.",
        ),
        texts=(
            Text("title", "A Worker's Life"),
            Text("job1", "Cleaner"),
            Text("days1", "Days 1 to 3"),
            Text("job2", "Nurse"),
            Text("days2", "Days 4 to 11"),
            Text("job3", "Builder"),
            Text("days3", "Days 12 to 20"),
            Text("job4", "Forager"),
            Text("days4", "From day 21"),
        ),
    ),
    Scene(
        "dance_title",
        chapter="The waggle dance",
        entry="black",
        static=True,
        lead_s=0.6,
        lines=(
            "How does a forager tell her sisters where the food is?",
            "She shows them with the waggle dance.",
        ),
        texts=(
            Text("title", "蜜蜂的舞蹈", "zh"),
            Text("subtitle", "The Waggle Dance"),
        ),
    ),
    Scene(
        "dance",
        lines=(
            "The dancer runs in a figure eight on the dark comb.",
            "In the middle she runs straight, and waggles from side to side.",
            "The angle of this waggle run shows the direction of the food.",
            "Straight up on the comb means straight toward the sun.",
        ),
        texts=(
            Text("run", "Waggle run", line=1),
            Text("angle", "40 degrees", line=2),
            Text("up", "Up means toward the sun", line=3),
        ),
    ),
    Scene(
        "map",
        entry="dissolve",
        lines=(
            "So her sisters fly forty degrees to the right of the sun.",
            "The longer the waggle run, the farther away the food.",
        ),
        texts=(
            Text("sun", "Sun"),
            Text("hive", "Hive"),
            Text("food", "Flowers"),
            Text("scale", "One second of waggle: about one kilometre", line=1),
        ),
    ),
    Scene(
        "flower",
        chapter="Pollination and what we can do",
        lines=(
            "While a bee drinks, pollen sticks to the hairs on her body.",
            "At the next flower some pollen rubs off, and that is pollination.",
        ),
        texts=(Text("title", "Pollination"),),
    ),
    Scene(
        "harvest",
        lines=(
            "Three quarters of our leading food crops gain from pollinators.",
            "Without them, we would lose most pumpkins and many apples.",
        ),
        texts=(
            Text("title", "Harvest lost without pollinators"),
            Text("crop1", "Pumpkin"),
            Text("crop2", "Apple"),
            Text("crop3", "Sunflower"),
            Text("crop4", "Tomato"),
            Text("value1", "95%", line=1, delay_s=1.2),
            Text("value2", "65%", line=1, delay_s=1.6),
            Text("value3", "25%", line=1, delay_s=2.0),
            Text("value4", "5%", line=1, delay_s=2.4),
            Text("source", "Mean values after Gallai and others, 2009"),
        ),
    ),
    Scene(
        "help",
        static=True,
        lines=(
            "We can help in three simple ways.",
            "Plant native flowers, avoid pesticides, and leave a wild corner.",
        ),
        texts=(
            Text("title", "What We Can Do"),
            Text("way1", "Plant native flowers"),
            Text("way2", "Avoid pesticides"),
            Text("way3", "Leave a wild corner"),
        ),
    ),
    Scene(
        "closing",
        tail_s=1.4,
        lines=("When you next meet a bee, remember how much depends on her.",),
        texts=(
            Text("title", "Look closer at the next flower"),
            Text("thanks", "Thank you for watching"),
        ),
    ),
)
