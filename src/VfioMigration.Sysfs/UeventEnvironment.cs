using System.Text;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>
/// The variables of one uevent, in order (<c>struct kobj_uevent_env</c>): at most 64 of them in at most 2048 bytes.
/// </summary>
public sealed class UeventEnvironment
{
    /// <summary>UEVENT_NUM_ENVP.</summary>
    public const int MaxVariables = 64;

    /// <summary>UEVENT_BUFFER_SIZE.</summary>
    public const int MaxBytes = 2048;

    private readonly List<string> variables = [];

    public IReadOnlyList<string> Variables => variables;

    /// <summary>Of all variables, each with the NUL behind it.</summary>
    internal int Bytes { get; private set; }

    /// <summary>Set when a variable did not fit.</summary>
    public Errno Error { get; private set; }

    /// <summary>Appends <c>KEY=VALUE</c>. ENOMEM, remembered in <see cref="Error"/>, when there is no room.</summary>
    public Errno Add(string key, string value)
    {
        string variable = $"{key}={value}";
        Bytes += Encoding.UTF8.GetByteCount(variable) + 1;
        if (variables.Count >= MaxVariables || Bytes > MaxBytes)
        {
            Error = Errno.ENOMEM;
            return Error;
        }

        variables.Add(variable);
        return Errno.None;
    }
}
