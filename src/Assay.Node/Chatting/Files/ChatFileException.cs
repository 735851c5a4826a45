namespace Assay.Node.Chatting;

/// <summary>A chat file that can't be used.</summary>
public sealed class ChatFileException : Exception
{
    /// <summary>Makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">All that is wrong with it.</param>
    public ChatFileException(string path, IEnumerable<string> problems)
        : base($"chat file '{path}': {string.Join("; ", problems)}")
    {
    }

    /// <inheritdoc/>
    public ChatFileException()
    {
    }

    /// <inheritdoc/>
    public ChatFileException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public ChatFileException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
