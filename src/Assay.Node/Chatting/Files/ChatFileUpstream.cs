namespace Assay.Node.Chatting;

/// <summary>A server that answers in this node's place. Its key isn't in the chat file.</summary>
/// <param name="Url">What <c>/chat/completions</c> follows: https, or http on loopback.</param>
/// <param name="Model">What the model is called there.</param>
public sealed record ChatFileUpstream(Uri Url, string Model)
{
    /// <summary>The environment variable that has the key; null: another place, or none.</summary>
    public string? KeyVariable { get; init; }

    /// <summary>The file that has the key in its first line; null: another place, or none.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Looks the key up; null: none is sent.</summary>
    /// <exception cref="InvalidDataException">It isn't there. The message doesn't show it.</exception>
    public string? ReadKey()
    {
        if (KeyVariable is null && KeyFile is null)
        {
            return null;
        }

        string? key;
        try
        {
            key = KeyVariable is not null ? Environment.GetEnvironmentVariable(KeyVariable) : File.ReadLines(KeyFile!).FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            key = null;
        }

        key = key?.Trim();
        return !string.IsNullOrEmpty(key) && key.All(static c => c is > ' ' and <= '~')
            ? key
            : throw new InvalidDataException($"there is no key for {Url.Host} in {(KeyVariable is not null ? $"the environment variable {KeyVariable}" : $"the file {KeyFile}")}: printable ASCII without spaces");
    }
}
