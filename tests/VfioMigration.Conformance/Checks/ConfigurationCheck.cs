using VfioMigration.Uapi;

namespace VfioMigration.Conformance;

/// <summary>What is written to a device and changes its state changes its string (R32).</summary>
internal sealed class ConfigurationCheck : IConformanceCheck
{
    internal const string CheckName = "configuration";

    public string Name => CheckName;

    public IEnumerable<Finding> Run(DriverUnderTest driver, Laboratory laboratory, IReadOnlyList<Specimen> specimens)
    {
        foreach ((string file, string value) in driver.Configurations)
        {
            Specimen? device = specimens.FirstOrDefault(specimen => specimen.IsDevice && laboratory.Host.Core.Tree.Root.FindPath($"{specimen.Path[1..]}/{file}") is not null);
            string? before = device?.Version;
            Errno error = device is null ? Errno.ENOENT : laboratory.Write(device.Node, file, value);
            if (error != Errno.None)
            {
                yield return new Finding(Name, device?.Path ?? driver.Name, $"writing '{value}' to {file} gives {error.Name()}");
            }
            else if (device!.Version == before)
            {
                yield return new Finding(Name, device.Path, $"the string stays '{before}' when {file} becomes '{value}'");
            }
        }
    }
}
