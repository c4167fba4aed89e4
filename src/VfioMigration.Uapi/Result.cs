namespace VfioMigration.Uapi;

/// <summary>A value or the errno that explains its absence. Allocation-free; converts from both.</summary>
public readonly struct Result<T>
{
    private readonly T? value;

    private Result(T? value, Errno error)
    {
        this.value = value;
        Error = error;
    }

    /// <summary><see cref="Errno.None"/> on success.</summary>
    public Errno Error { get; }

    public bool IsOk => Error == Errno.None;

    /// <summary>The value. Reading it from a failure is a bug and throws.</summary>
    public T Value => IsOk ? value! : throw new InvalidOperationException($"no value: {Error.Name()}");

    /// <summary>True and the value on success.</summary>
    public bool TryGet(out T result)
    {
        result = value!;
        return IsOk;
    }

    /// <summary>True and the value, or false and the errno.</summary>
    public bool TryGet(out T result, out Errno error)
    {
        error = Error;
        return TryGet(out result);
    }

    /// <summary>A success, where the conversion is not to be had: of an interface, or of null.</summary>
    public static Result<T> Of(T value) => new(value, Errno.None);

    public static implicit operator Result<T>(T value) => new(value, Errno.None);

    public static implicit operator Result<T>(Errno error) =>
        error == Errno.None
            ? throw new ArgumentException("a failure needs an errno", nameof(error))
            : new(default, error);

    public override string ToString() => IsOk ? $"{value}" : Error.Name();
}
