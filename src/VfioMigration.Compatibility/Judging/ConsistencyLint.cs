using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Judging;

/// <summary>
/// Finds drivers whose type node and device node contradict each other (R4): a device that migrates while its type has no attribute is called a bug of the
/// driver, and what the type reports before a device exists must hold for the device.
/// </summary>
public static class ConsistencyLint
{
    private const string Parameter = "mdev/aggregated_instances";

    /// <param name="device">A mediated device.</param>
    /// <param name="type">Its type.</param>
    /// <param name="attribute">The file.</param>
    public static IReadOnlyList<LintFinding> Find(INodeFiles device, INodeFiles type, string attribute)
    {
        if (device.Exists(attribute) != type.Exists(attribute))
        {
            bool onDevice = device.Exists(attribute);
            return [Finding(onDevice ? "type-absent" : "device-absent", $"only the {(onDevice ? "device" : "type")} has {attribute}")];
        }

        (Result<string> ofDevice, Result<string> ofType) = (device.Read(attribute), type.Read(attribute));
        return !device.Exists(attribute) ? []
            : ofDevice.IsOk != ofType.IsOk ? [Finding("read", $"reading the device gives {Outcome(device, ofDevice)}, the type {Outcome(type, ofType)}")]
            : !ofDevice.IsOk ? []
            : [.. Compare(device, type, attribute, ofDevice.Value, ofType.Value).Select(found => Finding(found.Rule, found.Message))];

        LintFinding Finding(string rule, string message) => new(device, type, rule, message);
    }

    private static IEnumerable<(string Rule, string Message)> Compare(
        INodeFiles device, INodeFiles type, string attribute, string ofDevice, string ofType)
    {
        if (device.Write(attribute, ofDevice) is var own and not Errno.None)
        {
            yield return ("reflexive", $"the device refuses its own string with {device.Errnos.NameOf(own)}");
        }

        if (type.Write(attribute, ofType) is var typeOwn and not Errno.None)
        {
            yield return ("reflexive", $"the type refuses its own string with {type.Errnos.NameOf(typeOwn)}");
        }

        // A device of several instances, or one that was configured, is not what its type stands for.
        if (device.Exists(Parameter) && device.Read(Parameter) is not { IsOk: true, Value: "1" })
        {
            yield break;
        }

        if (ofDevice != ofType)
        {
            yield return ("strings", $"the device reads '{ofDevice}', the type '{ofType}'");
        }

        if (device.Write(attribute, ofType) is var toDevice and not Errno.None)
        {
            yield return ("type-to-device", $"the device refuses its type's string with {device.Errnos.NameOf(toDevice)}");
        }

        if (type.Write(attribute, ofDevice) is var toType and not Errno.None)
        {
            yield return ("device-to-type", $"the type refuses its device's string with {type.Errnos.NameOf(toType)}");
        }
    }

    private static string Outcome(INodeFiles node, Result<string> read) => read.IsOk ? $"'{read.Value}'" : node.Errnos.NameOf(read.Error);
}
