using Assay.Chat;

namespace Assay.Node.History;

/// <summary>One request's part in an application, from before its work until after its receipt.</summary>
internal sealed class ApplicationUse(ApplicationBook book, ApplicationEntry entry, bool isReserving) : IDisposable
{
    private bool _isOver;

    /// <summary>The application's name.</summary>
    internal string Name => entry.Name;

    /// <summary>The number of a configuration: the one that it has, or the next.</summary>
    internal int NumberOf(ChatConfiguration configuration) => book.NumberOf(entry, configuration);

    public void Dispose()
    {
        if (!_isOver)
        {
            _isOver = true;
            book.Leave(entry, isReserving);
        }
    }
}
