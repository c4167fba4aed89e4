namespace VfioMigration.Control;

/// <summary>How an operation answers.</summary>
public enum AnswerMode
{
    /// <summary>Everything there is to say, then the end.</summary>
    Once,

    /// <summary>As things happen, until they are over or the client closes the connection.</summary>
    Stream,
}
