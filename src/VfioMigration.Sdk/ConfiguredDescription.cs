using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Sdk;

/// <summary>
/// The description of a device whose configuration changes: made again when the configuration is another one, the same object as long as it is
/// not, as <see cref="VfioMigration.Compatibility.RuleBasedCompatibility"/> requires.
/// </summary>
/// <param name="now">The configuration; compared by its equality.</param>
/// <param name="describe">The device with that configuration.</param>
public sealed class ConfiguredDescription<T>(Func<T> now, Func<T, DeviceDescription> describe)
    where T : notnull
{
    private volatile Known? known;

    public DeviceDescription Describe()
    {
        T configuration = now();
        Known? last = known;
        if (last is null || !last.Configuration.Equals(configuration))
        {
            known = last = new Known(configuration, describe(configuration));
        }

        return last.Description;
    }

    private sealed record Known(T Configuration, DeviceDescription Description);
}
