# Completion of arm in fish. `arm __complete` says what may follow.

function __arm_complete
    set -l typed (commandline -ct)
    if string match -qr '^["\']' -- $typed
        set typed (string sub -s 2 -- $typed)
    else if string match -qr '\\\\' -- $typed
        set typed (string unescape -- $typed)
    end
    set -l words (commandline -opc) "$typed"
    command arm __complete $words[2..-1] 2>/dev/null | while read -l -d \t kind word about
        switch $kind
            case file
                for file in (__fish_complete_path (string sub -s (math (string length -- $word) + 1) -- $words[-1]))
                    printf '%s%s\n' $word $file
                end
            case name
                # fish offers only what is spelled like the typed word.
            case '*'
                printf '%s\t%s\n' $word $about
        end
    end
end

complete -c arm -e
complete -c arm -f -k -a '(__arm_complete)'
