using System.Globalization;

using VfioMigration.Uapi;

namespace VfioMigration.Trees;

/// <summary>The file in which a simulated host lists the errnos that its drivers declare, <c>MODULE NAME=NUMBER</c> a line.</summary>
internal static class ErrnoListing
{
    /// <summary>Those of one module; none when a line about it is of another form.</summary>
    internal static DriverErrnos Parse(string listing, string module)
    {
        var declared = new Dictionary<string, int>();
        foreach (string[] fields in listing.Split('\n').Select(static line => line.Split(' ')).Where(fields => fields[0] == module))
        {
            if (fields.Length != 2
                || fields[1].Split('=') is not [var name, var text]
                || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                || !declared.TryAdd(name, number))
            {
                return DriverErrnos.None;
            }
        }

        return DriverErrnos.Create(declared, out _) ?? DriverErrnos.None;
    }
}
