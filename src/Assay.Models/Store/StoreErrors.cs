namespace Assay.Models.Store;

/// <summary>Stable codes of <see cref="ModelStore"/>.</summary>
public static class StoreErrors
{
    /// <summary>The store has no such model or alias.</summary>
    public const string NotFound = "store/not-found";

    /// <summary>A file of the model is missing or can't be a program, weights or a statement.</summary>
    public const string Damaged = "store/damaged";

    /// <summary>The files' ModelId isn't the one they are stored under.</summary>
    public const string IdMismatch = "store/id-mismatch";

    /// <summary>The statement is about another model, or the source file isn't the one it names.</summary>
    public const string StatementMismatch = "store/statement-mismatch";

    /// <summary>A card names a licence's text, and what came with it isn't that.</summary>
    public const string CardLicence = "store/card-licence";

    /// <summary>A model has as many signed statements as the store keeps, or one is too long.</summary>
    public const string TooMany = "store/too-many";

    /// <summary>An alias must be 1 to 64 of a-z, 0-9, '.', '_' and '-', starting with a letter or digit.</summary>
    public const string AliasName = "store/alias-name";

    /// <summary>An alias' minimum level or declared use is not 1 to 64 printable ASCII characters without spaces.</summary>
    public const string AliasSettings = "store/alias-settings";

    /// <summary>An alias' history holds a line that is not an entry in sequence.</summary>
    public const string AliasHistory = "store/alias-history";
}
