using System.Reflection;
using System.Reflection.Emit;

using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Architecture.Tests;

/// <summary>
/// Where the program calls what a vendor driver implements, found in the instructions of the built assemblies. Such a call may stand in a type that is itself a driver's, which
/// runs inside a guarded call, or in one of the few types through which everything enters.
/// </summary>
internal static class VendorCallSites
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Through these everything enters; each names the guard beside the call. The rest are types whose name begins with Guarded.</summary>
    private static readonly string[] Entrances =
    [
        nameof(DeviceDriver), nameof(KernelModule), "ModuleFacts", nameof(VfioPciVendors), nameof(VfioDevice), nameof(DeviceWorkload), nameof(Shadow), "HostDialects", "CompatibilityTable",
    ];

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(static field => (OpCode)field.GetValue(null)!)
        .ToDictionary(static code => code.Value);

    /// <summary>A sentence for each call that stands elsewhere.</summary>
    internal static IEnumerable<string> Outside(IEnumerable<Assembly> assemblies) =>
        from assembly in assemblies
        from type in assembly.GetTypes()
        where !IsAllowed(Outermost(type))
        from caller in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All))
        from called in Calls(caller)
        where VendorInterfaces.Contains(called)
        select $"{Outermost(type).FullName}.{caller.Name} calls {called.DeclaringType!.Name}.{called.Name} without the guard";

    private static bool IsAllowed(Type type) =>
        type.Name.StartsWith("Guarded", StringComparison.Ordinal)
        || Entrances.Contains(type.Name.Split('`')[0])
        || VendorInterfaces.Types.Any(vendor => vendor != type && vendor.IsAssignableFrom(type) && !Entrances.Contains(type.Name));

    private static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type;
    }

    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        byte[]? code = method.GetMethodBody()?.GetILAsByteArray();
        Type[]? typeArguments = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        Type[]? methodArguments = method is { IsGenericMethod: true } ? method.GetGenericArguments() : null;
        for (int at = 0; code is not null && at < code.Length;)
        {
            short value = code[at] == 0xFE ? (short)(0xFE00 | code[at + 1]) : code[at];
            OpCode instruction = OpCodesByValue[value];
            at += instruction.Size;
            if (instruction.OperandType == OperandType.InlineMethod)
            {
                yield return method.Module.ResolveMethod(BitConverter.ToInt32(code, at), typeArguments, methodArguments)!;
            }

            at += OperandSize(instruction, code, at);
        }
    }

    private static int OperandSize(OpCode instruction, byte[] code, int at) => instruction.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };
}
