namespace VfioMigration.Uapi;

/// <summary>Names that a driver gives to numbers that Linux does not name, <c>ENOMIGRATION=140</c>, beside those that it does.</summary>
public sealed class DriverErrnos
{
    private const int MaxDeclared = 256;
    private const int MaxName = 32;

    private readonly Dictionary<Errno, string> names;

    private DriverErrnos(IReadOnlyDictionary<string, int> declared)
    {
        Declared = declared;
        names = declared.ToDictionary(static one => (Errno)one.Value, static one => one.Key);
    }

    /// <summary>No names but those of Linux.</summary>
    public static DriverErrnos None { get; } = new(new Dictionary<string, int>());

    /// <summary>As they were declared.</summary>
    public IReadOnlyDictionary<string, int> Declared { get; }

    /// <summary>
    /// Null with an error message, unless every name is E and capital letters, digits or underscores, at most 32 in all, every number from 1 to
    /// <see cref="ErrnoExtensions.MaxErrno"/>, and no name or number is that of Linux or declared twice.
    /// </summary>
    public static DriverErrnos? Create(IReadOnlyDictionary<string, int> declared, out string problem)
    {
        problem = "";
        if (declared.Count > MaxDeclared)
        {
            problem = $"{declared.Count} errnos are declared, at most {MaxDeclared} are allowed";
            return null;
        }

        var seen = new Dictionary<int, string>();
        foreach ((string name, int number) in declared)
        {
            problem = !IsName(name) ? "the name of an errno is E and up to 31 capital letters, digits and underscores"
                : ErrnoNames.TryParse(name, out Errno known) ? $"{name} is {(int)known} on Linux and cannot be declared"
                : number is < 1 or > ErrnoExtensions.MaxErrno ? $"{name}={number}: an errno is a number from 1 to {ErrnoExtensions.MaxErrno}"
                : Enum.IsDefined((Errno)number) ? $"{name}={number}: the number is {((Errno)number).Name()} on Linux"
                : !seen.TryAdd(number, name) ? $"{name}={number}: the number is already declared as {seen[number]}"
                : "";
            if (problem.Length > 0)
            {
                return null;
            }
        }

        return new DriverErrnos(declared);
    }

    /// <summary>A declared name, or one of <see cref="ErrnoNames"/>.</summary>
    public bool TryParse(string name, out Errno errno)
    {
        bool isDeclared = Declared.TryGetValue(name, out int number);
        errno = (Errno)number;
        return isDeclared || ErrnoNames.TryParse(name, out errno);
    }

    /// <summary>The declared name, or as <see cref="ErrnoExtensions.Name"/>.</summary>
    public string NameOf(Errno errno) => names.GetValueOrDefault(errno) ?? errno.Name();

    /// <summary>The declared name, or as <see cref="ErrnoExtensions.Text"/>.</summary>
    public string TextOf(Errno errno) => names.GetValueOrDefault(errno) ?? errno.Text();

    private static bool IsName(string name) =>
        name.Length is > 1 and <= MaxName && name[0] == 'E' && name.All(static c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_');
}
