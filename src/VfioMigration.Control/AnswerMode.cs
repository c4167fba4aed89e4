namespace VfioMigration.Control;

/// <summary>How an operation answers.</summary>
public enum AnswerMode
{
    /// <summary>All answers, then the end.</summary>
    Once,

    /// <summary>As things happen, until they are over or the client closes the connection.</summary>
    Stream,
}
