using System.Reflection;

using VfioMigration.Compatibility;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.TestDrivers.Broken;

/// <summary>Answers that no driver should give, by the type of the answer.</summary>
public static class AbsurdValues
{
    private const int Long = 1 << 20;

    private static readonly Dictionary<Type, Dictionary<string, Func<object?, object?>>> Table = new()
    {
        [typeof(void)] = [],
        [typeof(bool)] = new() { ["inverted"] = static value => !(bool)value! },
        [typeof(int)] = new()
        {
            ["negative"] = static _ => -1,
            ["zero"] = static _ => 0,
            ["minimum"] = static _ => int.MinValue,
            ["maximum"] = static _ => int.MaxValue,
            ["one-more"] = static value => (int)value! + 1,
            ["one-fewer"] = static value => (int)value! - 1,
        },
        [typeof(int?)] = new() { ["null"] = static _ => null, ["negative"] = static _ => -1, ["maximum"] = static _ => int.MaxValue },
        [typeof(ulong)] = new()
        {
            ["zero"] = static _ => 0UL,
            ["maximum"] = static _ => ulong.MaxValue,
            ["one-more"] = static value => (ulong)value! + 1,
            ["one-fewer"] = static value => (ulong)value! - 1,
        },
        [typeof(string)] = new()
        {
            ["null"] = static _ => null,
            ["empty"] = static _ => "",
            ["1-MiB"] = static _ => new string('x', Long),
            ["control-characters"] = static _ => "a\n\0/../\u001b[2J\u20ac",
        },
        [typeof(Errno)] = new()
        {
            ["errno-0"] = static _ => Errno.None,
            ["errno-4096"] = static _ => (Errno)4096,
            ["errno-negative"] = static _ => (Errno)(-22),
            ["errno-maximum"] = static _ => (Errno)int.MaxValue,
        },
        [typeof(VfioMigrationFlags)] = new() { ["undefined"] = static _ => (VfioMigrationFlags)ulong.MaxValue, ["zero"] = static _ => default(VfioMigrationFlags) },
        [typeof(PrecopyInfo)] = new() { ["maximum"] = static _ => new PrecopyInfo(ulong.MaxValue, ulong.MaxValue, true) },
        [typeof((ushort, ushort))] = new() { ["maximum"] = static _ => (ushort.MaxValue, ushort.MaxValue), ["zero"] = static _ => ((ushort)0, (ushort)0) },
        [typeof(IReadOnlyDictionary<string, int>)] = new()
        {
            ["null"] = static _ => null,
            ["errno-0"] = static _ => new Dictionary<string, int> { ["EZERO"] = 0 },
            ["errno-4096"] = static _ => new Dictionary<string, int> { ["EFAR"] = 4096, ["EPERM"] = 1 },
            ["1-MiB"] = static _ => new Dictionary<string, int> { [new string('E', Long)] = 140 },
        },
        [typeof(Verdict)] = new()
        {
            ["null"] = static _ => null,
            ["undefined"] = static _ => new Verdict((VerdictKind)77, Errno.EINVAL, "broken", "rule"),
            ["errno-0"] = static _ => new Verdict(VerdictKind.Incompatible, Errno.None, "broken", "rule"),
            ["errno-4096"] = static _ => new Verdict(VerdictKind.Incompatible, (Errno)4096, "broken", "rule"),
            ["null-texts"] = static _ => new Verdict(VerdictKind.Incompatible, Errno.EINVAL, null!, null!) { Alternatives = null! },
            ["1-MiB"] = static _ => new Verdict(VerdictKind.Incompatible, Errno.EINVAL, new string('x', Long), new string('y', Long)) { LocalVersion = new string('z', Long) },
            ["endless"] = static _ => new Verdict(VerdictKind.Incompatible, Errno.EINVAL, "broken", "rule") { Alternatives = new EndlessList<string>("x") },
        },
    };

    private static readonly string[] OfObjects = ["null", "foreign"];
    private static readonly string[] OfLists = ["null", "empty", "null-element", "endless"];

    /// <summary>Names of what <see cref="Make"/> makes for a type.</summary>
    public static IEnumerable<string> KindsOf(Type type) =>
        Table.TryGetValue(type, out Dictionary<string, Func<object?, object?>>? kinds) ? kinds.Keys
        : IsResult(type) ? KindsOf(Content(type)).Except(["errno-4096"]).Append("errno-4096")
        : IsList(type) ? OfLists
        : OfObjects;

    /// <summary>The value of a kind; <paramref name="value"/> itself when the type has no such kind.</summary>
    internal static object? Make(Type type, string kind, object? value, Func<object?>? foreign)
    {
        if (Table.TryGetValue(type, out Dictionary<string, Func<object?, object?>>? kinds))
        {
            return kinds.TryGetValue(kind, out Func<object?, object?>? make) ? make(value) : value;
        }

        if (IsResult(type))
        {
            return MakeResult(type, kind, value, foreign);
        }

        if (IsList(type))
        {
            return MakeList(Content(type), kind, value);
        }

        return kind switch { "null" => null, "foreign" => foreign?.Invoke() ?? value, _ => value };
    }

    private static bool IsResult(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Result<>);

    private static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);

    private static Type Content(Type type) => type.GetGenericArguments()[0];

    private static object? MakeResult(Type type, string kind, object? value, Func<object?>? foreign)
    {
        if (kind == "errno-4096")
        {
            return type.GetMethod("op_Implicit", [typeof(Errno)])!.Invoke(null, [(Errno)4096]);
        }

        if (!(bool)type.GetProperty("IsOk")!.GetValue(value)!)
        {
            return value;
        }

        object? content = type.GetProperty("Value")!.GetValue(value);
        return type.GetMethod("Of", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [Make(Content(type), kind, content, foreign)]);
    }

    private static object? MakeList(Type element, string kind, object? value) => kind switch
    {
        "null" => null,
        "empty" => Array.CreateInstance(element, 0),
        "null-element" => Array.CreateInstance(element, 2),
        "endless" => Activator.CreateInstance(
            typeof(EndlessList<>).MakeGenericType(element),
            ((System.Collections.IEnumerable)value!).Cast<object?>().FirstOrDefault()),
        _ => value,
    };
}
