using System.Diagnostics;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;

using VfioMigration.Sysfs.Guards;

namespace VfioMigration.Lab.Drivers;

/// <summary>
/// Threads and asynchronous methods that a driver starts itself. An exception that leaves one ends that thread, with a line in the kernel log of the driver's host, and not the
/// program with all its hosts.
/// </summary>
public static class DriverThreads
{
    /// <summary>From now on, for the whole process.</summary>
    /// <exception cref="InvalidOperationException">The process has such a handler.</exception>
    public static void Guard() => ExceptionHandling.SetUnhandledExceptionHandler(Handle);

    /// <summary>False, which ends the program, for an exception of the program's own threads.</summary>
    private static bool Handle(Exception exception)
    {
        if (FindOwner(exception) is not { } driver)
        {
            return false;
        }

        driver.Report($"driver bug: unhandled exception in a thread of its own, which has ended: {VendorGuard.Describe(exception)}");
        return true;
    }

    /// <summary>The driver whose code the thread began with; frames of the runtime do not count.</summary>
    private static DriverLoadContext? FindOwner(Exception exception)
    {
        foreach (StackFrame frame in new StackTrace(exception).GetFrames().Reverse())
        {
            if (frame.GetMethod()?.DeclaringType?.Assembly is not { } assembly)
            {
                continue;
            }

            if (AssemblyLoadContext.GetLoadContext(assembly) is DriverLoadContext driver)
            {
                return driver;
            }

            if (IsOfProgram(assembly))
            {
                return null;
            }
        }

        return null;
    }

    private static bool IsOfProgram(Assembly assembly) => assembly.GetName().Name?.StartsWith("VfioMigration.", StringComparison.Ordinal) == true;
}
