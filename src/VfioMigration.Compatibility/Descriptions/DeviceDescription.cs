namespace VfioMigration.Compatibility.Descriptions;

/// <summary>
/// Everything that decides whether a device's state fits another device, in the vendor's order. Immutable; a vendor whose device is
/// reconfigured makes another one. Every interface that shows something of compatibility shows this.
/// </summary>
public sealed class DeviceDescription
{
    private readonly DescriptionField[] fields;

    /// <param name="vendor">The driver's name; begins every sentence about the device.</param>
    /// <param name="fields">Each name once.</param>
    public DeviceDescription(string vendor, params IReadOnlyList<DescriptionField> fields)
    {
        Vendor = vendor;
        this.fields = [.. fields];
    }

    public string Vendor { get; }

    public IReadOnlyList<DescriptionField> Fields => fields;

    /// <summary>The value of a field; null when the device has no such field.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (DescriptionField field in fields)
            {
                if (field.Name == name)
                {
                    return field.Value;
                }
            }

            return null;
        }
    }

    /// <summary>The same device with some values replaced; a name that it has not is left out.</summary>
    public DeviceDescription With(IReadOnlyDictionary<string, string> values) =>
        new(Vendor, [.. fields.Select(field => field with { Value = values.GetValueOrDefault(field.Name, field.Value) })]);

    /// <summary><c>name=value</c>, comma-separated.</summary>
    public override string ToString() => string.Join(',', fields.Select(field => $"{field.Name}={field.Value}"));
}
