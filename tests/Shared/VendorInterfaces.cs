using System.Reflection;

using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Testing;

/// <summary>What a driver derives from or implements, and which of it is code of the driver that runs when the program calls.</summary>
internal static class VendorInterfaces
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    internal static readonly Type[] Types =
    [
        typeof(ModuleCode), typeof(VendorModule), typeof(DeviceDriver), typeof(MdevDriver), typeof(VfioDevice), typeof(VfioRegion), typeof(VfioMigrationOps),
        typeof(SavingStream), typeof(ResumingStream), typeof(IMigratableDevice), typeof(DeviceWorkload), typeof(MemoryContent), typeof(IMigrationCompatibility),
        typeof(IVfioPciVendor),
    ];

    /// <summary>Not code of a driver that runs: what is fixed when the object is made, and memory that is mapped.</summary>
    private static readonly string[] Data =
    [
        "VfioRegion.get_Capabilities", "VfioRegion.get_Memory", "VfioDevice.get_IsLogLenient",
    ];

    /// <summary>Every member that a driver gives, in the order of <see cref="Types"/>; where it is declared first.</summary>
    internal static IEnumerable<MethodInfo> Members =>
        Types.SelectMany(static type => type.GetMethods(Declared)).Where(static method => Contains(method) && method.GetBaseDefinition() == method);

    /// <summary>True for a member that a driver gives; one that no other assembly can override is none.</summary>
    internal static bool Contains(MethodBase method)
    {
        Type? declaring = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericTypeDefinition() : method.DeclaringType;
        return declaring is not null
            && Types.Contains(declaring)
            && method is { IsVirtual: true, IsFinal: false, IsAssembly: false, IsFamilyAndAssembly: false }
            && method.Name is not ("ToString" or "Equals" or "GetHashCode" or "Finalize" or "BeginInvoke" or "EndInvoke")
            && !Data.Contains($"{declaring.Name}.{method.Name}")
            && (method as MethodInfo)?.GetBaseDefinition().DeclaringType is { } origin
            && Types.Contains(origin);
    }

    /// <summary>Type and member; with the type of the first parameter where the type has several of that name.</summary>
    internal static string NameOf(MethodInfo member)
    {
        string name = $"{member.DeclaringType!.Name}.{(member.IsSpecialName ? member.Name["get_".Length..] : member.Name)}";
        return Members.Count(other => other.DeclaringType == member.DeclaringType && other.Name == member.Name) > 1
            ? $"{name}({member.GetParameters()[0].ParameterType.Name})"
            : name;
    }
}
