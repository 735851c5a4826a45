using System.Collections.Immutable;
using System.Security.Cryptography;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>
/// The policy's steps (spec/attestation.md, "Steps"). They are made where the vendor's steps left nothing refused: facts that nobody
/// signed aren't held against anything.
/// </summary>
internal sealed class PolicyAppraiser
{
    private readonly AppraisalInput _input;
    private readonly EvidenceFacts _facts;
    private readonly AttestationPolicy _policy;
    private readonly StepTable _steps;

    private PolicyAppraiser(AppraisalInput input, EvidenceFacts facts, AttestationPolicy policy, StepTable steps)
    {
        _input = input;
        _facts = facts;
        _policy = policy;
        _steps = steps;
    }

    /// <summary>The policy's steps that evidence of a type has.</summary>
    internal static StepTable Table(EvidenceType type) => PolicyRegisters.HasFloors(type)
        ? new StepTable(StepCodes.Policy, StepCodes.Mode, StepCodes.Floor, StepCodes.Build, StepCodes.Platform, StepCodes.Binding, StepCodes.Freshness)
        : new StepTable(StepCodes.Policy, StepCodes.Mode, StepCodes.Build, StepCodes.Platform, StepCodes.Binding, StepCodes.Freshness);

    internal static ImmutableArray<AppraisalStep> Appraise(AppraisalInput input, EvidenceReport report, AttestationPolicy policy, Grade grade, out string? build)
    {
        StepTable steps = Table(input.Evidence.Type);
        build = null;
        if (report.Facts is { } facts && !report.Steps.Any(static step => step.Result == CheckResult.Fail))
        {
            build = new PolicyAppraiser(input, facts, policy, steps).Make(grade);
        }

        return steps.Steps;
    }

    private string? Make(Grade grade)
    {
        PolicyTypeRules? rules = _policy.RulesFor(_input.Evidence.Type);
        _steps.Set(StepCodes.Policy, PolicyFault(rules));
        if (rules is null || !_steps.Passes(StepCodes.Policy))
        {
            return null;
        }

        // A debug mode is never accepted, whatever the policy says: its reader refuses such codes, and this line doesn't rely on it.
        _steps.Set(StepCodes.Mode, _facts.Modes.FirstOrDefault(mode => mode.EndsWith("/debug", StringComparison.Ordinal) || !rules.Accept.Contains(mode)));
        if (PolicyRegisters.HasFloors(rules.Type))
        {
            MakeFloor(rules);
        }

        string? build = _policy.Builds.FirstOrDefault(IsBuild)?.Name;
        _steps.Set(StepCodes.Build, build is null ? AppraisalErrors.Build : null);
        _steps.Set(StepCodes.Platform, PlatformFault(grade));
        if (_input.Evidence.Binding.IsEmpty)
        {
            _steps.Skip(StepCodes.Binding, AppraisalErrors.NoBinding);
            return build;
        }

        TeeBinding? binding = TeeBinding.TryDecode(_input.Evidence.Binding, out string? error);
        _steps.Set(StepCodes.Binding, error ?? BindingFault(binding!));
        if (binding is not null && _steps.Passes(StepCodes.Binding))
        {
            _steps.Set(StepCodes.Freshness, FreshnessFault(binding));
        }

        return build;
    }

    private string? PolicyFault(PolicyTypeRules? rules) =>
        _input.Times.At < _policy.NotBefore ? AppraisalErrors.PolicyNotYet
        : _input.Times.At >= _policy.NotAfter ? AppraisalErrors.PolicyExpired
        : rules is null ? AppraisalErrors.PolicyType
        : rules.Type == EvidenceType.Simulator && !rules.Roots.Any(root => root.ToString() == _facts.Product) ? AppraisalErrors.SimulatorRoot
        : null;

    private void MakeFloor(PolicyTypeRules rules)
    {
        if (rules.Floors.Length > 0)
        {
            PolicyFloor? floor = rules.Floors.FirstOrDefault(floor => floor.Product == _facts.Product);
            string? fault = floor is null ? AppraisalErrors.FloorProduct
                : floor.Components.All(least => ValueOf(least.Name) >= least.Value) ? null
                : AppraisalErrors.FloorBelow;
            if (fault is not null)
            {
                _steps.Set(StepCodes.Floor, fault);
                return;
            }
        }

        if (PolicyRegisters.IsIntel(rules.Type) && _facts.TcbStatus is null)
        {
            _steps.Skip(StepCodes.Floor, AppraisalErrors.NoStatus);
            return;
        }

        _steps.Set(StepCodes.Floor, PolicyRegisters.IsIntel(rules.Type) ? IntelFault(rules, _facts.TcbStatus!) : null);
    }

    private string? IntelFault(PolicyTypeRules rules, string status) =>
        !rules.Statuses.Contains(status) ? AppraisalErrors.Status
        : status != PolicyRegisters.UpToDate && !_facts.Advisories.All(rules.Advisories.Contains) ? AppraisalErrors.Advisory
        : rules.EvaluationNumber is { } least && !(_facts.TcbEvaluationNumber >= least) ? AppraisalErrors.EvaluationNumber
        : null;

    private uint? ValueOf(string component) => _facts.Tcb.FirstOrDefault(part => part.Name == component)?.Value;

    private bool IsBuild(PolicyBuild build) =>
        build.Type == _facts.Type
        && build.Measurements.All(pinned => _facts.Measurements.FirstOrDefault(register => register.Name == pinned.Name) is { } register && register.Value.Span.SequenceEqual(pinned.Value.Span))
        && (build.IsvSvn is not { } least || ValueOf(PolicyRegisters.IsvSvn) >= least);

    private string? PlatformFault(Grade grade)
    {
        Digest32 platform = _facts.Platform.Digest;
        return !_policy.Grades.Contains(grade) ? AppraisalErrors.Grade
            : _policy.RefusedPlatforms.Contains(platform) ? AppraisalErrors.PlatformRefused

            // One that hides its identity shares its digest with every other that does: no list can mean it.
            : _policy.AllowedPlatforms is { } allowed && (_facts.Platform.Value.IsEmpty || !allowed.Contains(platform)) ? AppraisalErrors.PlatformNotAllowed
            : null;
    }

    private string? BindingFault(TeeBinding binding)
    {
        BindingExpectation expected = _input.Expected;
        return !Same(_facts.ReportData.Span, binding.Digest.Span) || (_facts.Type == EvidenceType.AwsNitro && !NitroCarries(binding)) ? AppraisalErrors.BindingDiffers
            : expected.Key is { } key && key != binding.Key ? AppraisalErrors.BindingKey
            : expected.Node is { } node && node != binding.Node ? AppraisalErrors.BindingNode
            : expected.KeyConfig is { } config && !Same(config.Span, binding.KeyConfig.Span) ? AppraisalErrors.BindingKeyConfig
            : null;
    }

    private bool NitroCarries(TeeBinding binding) => Same(_facts.Nonce.Span, binding.Nonce.Span) && Same(_facts.PublicKey.Span, binding.Key.ToSubjectPublicKeyInfo());

    private string? FreshnessFault(TeeBinding binding)
    {
        DateTimeOffset issued = DateTimeOffset.FromUnixTimeMilliseconds(binding.IssuedAt);
        DateTimeOffset time = _facts.Time ?? issued;
        DateTimeOffset at = _input.Times.At;
        return (time - issued).Duration() > AttestationTime.Tolerance ? AppraisalErrors.ClocksDiffer
            : _input.Expected.Nonce is { } nonce ? (Same(nonce.Span, binding.Nonce.Span) ? null : AppraisalErrors.Nonce)
            : time - at > AttestationTime.Tolerance ? AppraisalErrors.FromFuture
            : at - time > _policy.MaxAge ? AppraisalErrors.TooOld
            : null;
    }

    private static bool Same(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CryptographicOperations.FixedTimeEquals(left, right);
}
