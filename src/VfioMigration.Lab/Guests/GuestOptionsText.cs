using System.Globalization;

using VfioMigration.Vfio.Workloads;
using VfioMigration.Vmm.Guests;

namespace VfioMigration.Lab.Guests;

/// <summary>A guest's options as people write them: <c>memory=MB rate=STEPS seed=N pattern=uniform|hotspot|burst|idle</c>.</summary>
public static class GuestOptionsText
{
    /// <summary>What is not named keeps its default. Null with an error message for invalid text.</summary>
    public static GuestOptions? Parse(string text, out string? problem)
    {
        GuestOptions options = GuestOptions.Default;
        foreach (string word in text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            GuestOptions? next = word.Split('=') switch
            {
                ["memory", var value] when Number(value, 1, GuestOptions.MaxMemoryMegabytes) is { } megabytes => options with { MemoryMegabytes = megabytes },
                ["rate", var value] when Number(value, 0, 10_000_000) is { } rate => options with { StepsPerSecond = rate },
                ["seed", var value] when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) =>
                    options with { Workload = options.Workload with { Seed = seed } },
                ["pattern", var value] when Enum.TryParse(value, ignoreCase: true, out AccessPattern pattern) && Enum.IsDefined(pattern) && !char.IsAsciiDigit(value[0]) =>
                    options with { Workload = options.Workload with { Pattern = pattern } },
                _ => null,
            };
            if (next is null)
            {
                problem = $"'{word}' is not one of memory=1..{GuestOptions.MaxMemoryMegabytes} (MiB), rate=0..10000000 (steps per second), seed=NUMBER, "
                    + "pattern=uniform|hotspot|burst|idle";
                return null;
            }

            options = next;
        }

        problem = null;
        return options;
    }

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most ? number : null;
}
