using System.Text.Json;

namespace VfioMigration.Control;

/// <summary>A row of <see cref="ControlTable"/>.</summary>
public abstract class ControlOperation
{
    private protected ControlOperation(string name, AnswerMode mode, ReadyFor readyFor)
    {
        Name = name;
        Mode = mode;
        ReadyFor = readyFor;
    }

    /// <summary>The value of <c>op</c> in a request.</summary>
    public string Name { get; }

    public AnswerMode Mode { get; }

    public ReadyFor ReadyFor { get; }

    /// <summary>The record that holds a request's fields.</summary>
    public abstract Type RequestType { get; }

    /// <summary><see cref="string"/> for lines of text, else the record that a line of JSON holds.</summary>
    public abstract Type AnswerType { get; }

    /// <summary>The request in an object whose field <c>op</c> names this row; null with an error message.</summary>
    internal abstract object? Read(JsonElement request, out string? problem);
}
