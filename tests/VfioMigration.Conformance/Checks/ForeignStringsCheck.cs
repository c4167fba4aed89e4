using System.Text;

using VfioMigration.Compatibility;
using VfioMigration.Uapi;

namespace VfioMigration.Conformance;

/// <summary>Strings of other drivers are refused, with an errno and a message that begins with the vendor's name (R20).</summary>
internal sealed class ForeignStringsCheck : IConformanceCheck
{
    internal const string CheckName = "foreign-strings";

    public string Name => CheckName;

    private static readonly string[] Known =
    [
        "mtty-1.0-ports=1",
        "mdpy-1-1920x1080",
        "mbochs-1-16",
        "8086-591d-GVTg_V5_4-00000001",
        "8086-154c-vfio-pci-1.0",
        "software_version=1.0.0,type=vfio-ccw,subchannel_type=0,chpid_type=0x1a,chpid_mask=0xf0",
        "i915-v1-8086-591d-i915-GVTg_V5_8-1",
        "2.1.3",
    ];

    public IEnumerable<Finding> Run(DriverUnderTest driver, Laboratory laboratory, IReadOnlyList<Specimen> specimens)
    {
        HashSet<string> own = [.. specimens.SelectMany(static specimen => specimen.Judge.GetAlternatives().Select(specimen.Judge.Spell).Append(specimen.Version ?? ""))];
        foreach (Specimen specimen in specimens)
        {
            foreach (string foreign in Known.Concat(driver.ForeignStrings).Where(foreign => !own.Contains(foreign)))
            {
                Verdict verdict = specimen.Judge.Judge(Encoding.ASCII.GetBytes(foreign));
                if (verdict.IsAccepted)
                {
                    // A string of the same family, such as another release of this driver, may well fit.
                    if (specimen.Version is { } version && foreign.AsSpan().CommonPrefixLength(version) < Math.Min(4, version.Length))
                    {
                        yield return new Finding(Name, specimen.Path, $"accepts '{foreign}'");
                    }
                }
                else if (verdict.Errno == Errno.None || verdict.Rule.Length == 0 || !BeginsWithAName(verdict.Reason))
                {
                    yield return new Finding(Name, specimen.Path, $"refuses '{foreign}' with {verdict.Errno.Name()}, rule '{verdict.Rule}', reason '{verdict.Reason}'; the reason must be 'VENDOR: sentence'");
                }
            }
        }
    }

    private static bool BeginsWithAName(string reason)
    {
        int colon = reason.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && !reason[..colon].Contains(' ', StringComparison.Ordinal) && colon + 2 < reason.Length;
    }
}
