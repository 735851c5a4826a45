using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Models.Registration;

/// <summary>A model with its statement, or at least one error.</summary>
public sealed class RegistrationResult
{
    private RegistrationResult(ExactModel? model, ModelStatement? statement, byte[] statementBytes, ImmutableArray<RegistrationError> errors)
    {
        Model = model;
        Statement = statement;
        StatementBytes = statementBytes;
        Errors = errors;
    }

    /// <summary>The exact model; null if there are errors.</summary>
    public ExactModel? Model { get; }

    /// <summary>The publisher's statement with the fidelity report; null if there are errors.</summary>
    public ModelStatement? Statement { get; }

    /// <summary>The statement's JSON; empty if there are errors.</summary>
    public ReadOnlyMemory<byte> StatementBytes { get; }

    public ImmutableArray<RegistrationError> Errors { get; }

    internal static RegistrationResult Of(ExactModel model, ModelStatement statement) => new(model, statement, statement.ToJson(), []);

    internal static RegistrationResult Failed(params ImmutableArray<RegistrationError> errors) => new(null, null, [], errors);
}
