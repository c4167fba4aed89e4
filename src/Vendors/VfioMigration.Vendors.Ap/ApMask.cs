using System.Globalization;

namespace VfioMigration.Vendors.Ap;

/// <summary>A set of numbers from 0 to 255: adapters or domains.</summary>
internal readonly record struct ApMask(UInt128 Low, UInt128 High)
{
    internal const int Count = 256;

    private const int Half = 128;

    internal bool IsEmpty => Low == 0 && High == 0;

    internal IEnumerable<int> Numbers => Enumerable.Range(0, Count).Where(Contains);

    internal bool Contains(int number) => ((number < Half ? Low >> number : High >> (number - Half)) & 1) != 0;

    internal ApMask With(int number) => this | Single(number);

    internal ApMask Without(int number) => new(Low & ~Single(number).Low, High & ~Single(number).High);

    public static ApMask operator &(ApMask a, ApMask b) => new(a.Low & b.Low, a.High & b.High);

    public static ApMask operator |(ApMask a, ApMask b) => new(a.Low | b.Low, a.High | b.High);

    /// <summary><c>none</c>, or numbers and ranges of them such as <c>0,4-7</c>, decimal. Null for anything else.</summary>
    internal static ApMask? Parse(string text)
    {
        var mask = default(ApMask);
        foreach (string part in text == "none" ? [] : text.Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !TryNumber(ends[0], out int first) || !TryNumber(ends[^1], out int last) || last < first)
            {
                return null;
            }

            mask = Enumerable.Range(first, last - first + 1).Aggregate(mask, static (all, number) => all.With(number));
        }

        return mask;
    }

    /// <summary>Hexadecimal, ranges drawn together: <c>05-06+0a</c>; <c>none</c> when empty.</summary>
    internal string ToText(string format)
    {
        var parts = new List<string>();
        int next = 0;
        while (next < Count)
        {
            if (!Contains(next))
            {
                next++;
                continue;
            }

            int first = next;
            while (next < Count && Contains(next))
            {
                next++;
            }

            string start = first.ToString(format, CultureInfo.InvariantCulture);
            parts.Add(next - first == 1 ? start : $"{start}-{(next - 1).ToString(format, CultureInfo.InvariantCulture)}");
        }

        return parts.Count == 0 ? "none" : string.Join('+', parts);
    }

    private static ApMask Single(int number) => number < Half ? new(UInt128.One << number, 0) : new(0, UInt128.One << (number - Half));

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < Count;
}
