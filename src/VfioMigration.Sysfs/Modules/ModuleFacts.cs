using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Modules;

/// <summary>The properties of a module's code, read once when it is loaded; a code that fails gets the defaults of <see cref="ModuleCode"/>.</summary>
internal sealed record ModuleFacts(string Version, string Taint, IReadOnlyList<string> Dependencies, DriverErrnos Errnos)
{
    private const int MaxText = 64;
    private const int MaxDependencies = 32;

    internal static ModuleFacts Of(ModuleCode code, VendorGuard guard) =>
        guard.Call(VendorCall.Describe, (code, guard), static call => Ask(call.code, call.guard)).Result.TryGet(out ModuleFacts facts) ? facts : new ModuleFacts("0.1", "OE", [], DriverErrnos.None);

    private static Result<ModuleFacts> Ask(ModuleCode code, VendorGuard guard) =>
        new ModuleFacts(Bounded(code.Version), Bounded(code.Taint), [.. (code.Dependencies ?? []).Take(MaxDependencies).OfType<string>()], Declared(code.Errnos, guard));

    private static DriverErrnos Declared(IReadOnlyDictionary<string, int>? errnos, VendorGuard guard)
    {
        if (DriverErrnos.Create(errnos ?? DriverErrnos.None.Declared, out string problem) is { } declared)
        {
            return declared;
        }

        guard.Report($"driver bug: {problem}; its errnos have no names");
        return DriverErrnos.None;
    }

    private static string Bounded(string? text) => text is null ? "" : text.Length > MaxText ? text[..MaxText] : text;
}
