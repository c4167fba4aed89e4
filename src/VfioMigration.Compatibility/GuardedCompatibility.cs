using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility;

/// <summary>
/// What a driver answers for a type or device, through its guard and bounded: lists are made inside the call and have at most <see cref="MaxListed"/> entries, texts at most
/// <see cref="MaxText"/> characters.
/// </summary>
internal sealed class GuardedCompatibility(IMigrationCompatibility driver, VendorGuard guard)
{
    internal const int MaxListed = 1024;
    internal const int MaxText = 1024;

    private const string NoVerdict = "driver-bug";

    /// <summary>EIO for a driver that fails or returns null.</summary>
    internal Result<string> GetVersion() => Required(guard.Call(VendorCall.Describe, driver, static driver => driver.GetVersion()).Result);

    /// <summary>As <see cref="GetVersion"/>.</summary>
    internal Result<DeviceDescription> Describe() => Required(guard.Call(VendorCall.Describe, driver, static driver => driver.Describe()).Result);

    /// <summary>None for a driver that fails.</summary>
    internal IReadOnlyList<DeviceDescription> GetAlternatives() => Listed(guard.Call(
        VendorCall.Describe, driver, static driver => (Result<DeviceDescription[]>)(driver.GetAlternatives() ?? []).Take(MaxListed).OfType<DeviceDescription>().ToArray()));

    /// <summary>None for a driver that fails.</summary>
    internal IReadOnlyList<CompatibilityRule> GetRules() => Listed(guard.Call(
        VendorCall.Describe, driver, static driver => (Result<CompatibilityRule[]>)(driver.Rules ?? []).Take(MaxListed).OfType<CompatibilityRule>().ToArray()));

    /// <summary>Null for a driver that fails or gives no guarantee.</summary>
    internal string? GetPolicy() =>
        guard.Call(VendorCall.Describe, driver, static driver => (Result<string?>)driver.Policy).Result.TryGet(out string? policy) ? policy : null;

    /// <summary>Null for a driver that fails.</summary>
    internal string? Spell(DeviceDescription description) => guard.Call(
        VendorCall.Describe, (driver, description), static call => (Result<string?>)call.driver.Spell(call.description)).Result.TryGet(out string? text) ? text : null;

    /// <summary>The share of a description, by a rule of the driver's; null for none, and for a driver that fails.</summary>
    internal (string Base, int Slices)? FindShare(ShareRule rule, DeviceDescription description) => guard.Call(
        VendorCall.Describe, (rule, description), static call => Result<(string Base, int Slices)?>.Of(call.rule.FindShare(call.description)))
            .Result.TryGet(out (string Base, int Slices)? share) ? share : null;

    /// <summary>
    /// The driver's verdict. Where the driver gave none or a senseless one, it refuses: EIO when it threw, ETIMEDOUT when it was too slow, EIO for null or an unknown kind.
    /// </summary>
    internal Verdict Judge(ReadOnlySpan<byte> remote)
    {
        Result<Verdict> judged = guard.Ask(VendorCall.Judge, driver, remote, static (driver, remote) => (Result<Verdict>)driver.Judge(remote)).Result;
        if (!judged.TryGet(out Verdict verdict, out Errno error))
        {
            return Verdict.Incompatible(error, NoVerdict, "the driver returned no verdict");
        }

        if (verdict is null || !Enum.IsDefined(verdict.Kind))
        {
            guard.Report($"judge: driver bug: {(verdict is null ? "no verdict" : $"verdict of unknown kind {(int)verdict.Kind}")}");
            return Verdict.Incompatible(Errno.EIO, NoVerdict, "the driver returned no verdict");
        }

        return IsBounded(verdict.Reason) && IsBounded(verdict.Rule) ? verdict : verdict with { Reason = Bounded(verdict.Reason), Rule = Bounded(verdict.Rule) };
    }

    /// <summary>The version strings that a verdict names; none for a driver that fails while it makes them.</summary>
    internal IReadOnlyList<string> AlternativesOf(Verdict verdict) => Listed(guard.Call(
        VendorCall.Judge, verdict, static verdict => (Result<string[]>)(verdict.Alternatives ?? []).Take(MaxListed).OfType<string>().ToArray()));

    private static T[] Listed<T>(VendorAnswer<T[]> answer) => answer.Result.TryGet(out T[] list) ? list : [];

    private static bool IsBounded(string? text) => text is { Length: <= MaxText };

    private static string Bounded(string? text) => text is null ? "" : text.Length > MaxText ? text[..MaxText] : text;

    private static Result<T> Required<T>(Result<T> result)
        where T : class => result.IsOk && result.Value is null ? Errno.EIO : result;
}
