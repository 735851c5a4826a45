namespace Assay.Node.History;

/// <summary>What can be registered under an application.</summary>
internal enum RegisteredKind
{
    /// <summary>Messages with role system or developer.</summary>
    Prompt = 0,

    /// <summary>The value of <c>tools</c>.</summary>
    Tools = 1,
}
