namespace Assay.Verification;

/// <summary>What a checkpoint has of one witness.</summary>
/// <param name="Name">Its name in the trust file.</param>
/// <param name="Status">What was found.</param>
/// <param name="At">When it cosigned, by its clock; of several cosignatures the earliest that counts.</param>
public sealed record WitnessFact(string Name, WitnessStatus Status, DateTimeOffset? At);
