using System.Reflection;

using VfioMigration.Sdk;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Drivers;

/// <summary>Makes the module of a driver: its constructor, and its name property, are code of the driver.</summary>
internal static class GuardedModuleMaker
{
    /// <summary>The module and its name, or a message why there is none.</summary>
    internal static (VendorModule? Module, string? Name, string? Problem) Make(ConstructorInfo constructor, VendorContext context, Action<string> report)
    {
        var guard = new VendorGuard(context.Core.Tree.Root.VendorCalls, report);
        Result<Made> made = guard.Call(VendorCall.Probe, (constructor, context), static call => (Result<Made>)Invoke(call.constructor, call.context)).Result;
        return !made.TryGet(out Made module, out Errno error) ? (null, null, $"cannot create the driver: {error.Text()} ({error.Name()}); the kernel log has the reason")
            : module.Bug is { } bug ? (null, null, $"the constructor threw {VendorGuard.Describe(bug)}")
            : (module.Module, module.Name, null);
    }

    private static Made Invoke(ConstructorInfo constructor, VendorContext context)
    {
        try
        {
            var module = (VendorModule)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, [context], null);
            return new Made(module, module.Name, null);
        }
        catch (Exception bug)
        {
            return new Made(null, null, bug);
        }
    }

    private sealed record Made(VendorModule? Module, string? Name, Exception? Bug);
}
