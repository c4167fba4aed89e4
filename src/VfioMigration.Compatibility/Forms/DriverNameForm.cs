namespace VfioMigration.Compatibility.Forms;

/// <summary>
/// A version string that begins with the driver's name and a dash (R22), for parents that are no PCI functions: <c>i915-</c>. The name has letters, digits and underscores, and
/// is not four hexadecimal digits, or it could be taken for a <see cref="PciVendorForm"/>.
/// </summary>
/// <param name="Driver">The name.</param>
/// <param name="Rest">What the driver makes of the rest.</param>
public sealed record DriverNameForm(string Driver, string Rest)
{
    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    public static DriverNameForm? Parse(string text)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0
            && text.AsSpan(0, dash).IndexOfAnyExcept(Allowed) < 0
            && PciVendorForm.Parse(text) is null
                ? new DriverNameForm(text[..dash], text[(dash + 1)..])
                : null;
    }

    public override string ToString() => $"{Driver}-{Rest}";
}
