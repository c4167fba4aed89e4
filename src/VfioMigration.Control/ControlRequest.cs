
namespace VfioMigration.Control;

/// <summary>One line of JSON from a client.</summary>
/// <param name="Operation">One of <see cref="ControlOperations"/>.</param>
/// <param name="Host">Which host; null where there is only one, or none is meant.</param>
/// <param name="Name">A driver's name, a device's, or the source of a migration.</param>
/// <param name="Follow">Go on after what there is now.</param>
/// <param name="WithTime">Prefix kernel log lines with their time.</param>
/// <param name="Target">Where a migration goes to, or who shall take one; the options of a guest.</param>
/// <param name="MaxRounds">Of a migration's policy.</param>
/// <param name="DowntimeMilliseconds">Of a migration's policy.</param>
/// <param name="BytesPerSecond">Of a migration's policy.</param>
/// <param name="Unchecked">Migrate without asking whether the target takes the state.</param>
/// <param name="OneWay">Nothing can come back on the stream.</param>
public sealed record ControlRequest(
    string Operation,
    string? Host = null,
    string? Name = null,
    bool Follow = false,
    bool WithTime = true,
    string? Target = null,
    int? MaxRounds = null,
    int? DowntimeMilliseconds = null,
    long? BytesPerSecond = null,
    bool Unchecked = false,
    bool OneWay = false);
