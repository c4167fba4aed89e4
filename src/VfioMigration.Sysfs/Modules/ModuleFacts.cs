using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Modules;

/// <summary>What a module's code says of itself, asked once when it is loaded; a code that fails gets the defaults of <see cref="ModuleCode"/>.</summary>
internal sealed record ModuleFacts(string Version, string Taint, IReadOnlyList<string> Dependencies)
{
    private const int MaxText = 64;
    private const int MaxDependencies = 32;

    internal static ModuleFacts Of(ModuleCode code, VendorGuard guard) =>
        guard.Call(VendorCall.Describe, code, Ask).Result.TryGet(out ModuleFacts facts) ? facts : new ModuleFacts("0.1", "OE", []);

    private static Result<ModuleFacts> Ask(ModuleCode code) =>
        new ModuleFacts(Bounded(code.Version), Bounded(code.Taint), [.. (code.Dependencies ?? []).Take(MaxDependencies).OfType<string>()]);

    private static string Bounded(string? text) => text is null ? "" : text.Length > MaxText ? text[..MaxText] : text;
}
