# Completion of arm in Bash 4 or newer. `arm __complete` says what may follow.

# Writes a word as the line needs it; `quote` is the quotation mark that is open, if one is.
_arm_quote() {
    REPLY=$1
    case $quote in
        \')
            local mark="'\\''"
            REPLY=${REPLY//\'/"$mark"}
            ;;
        \")
            local character
            for character in \\ \" '$' '`'; do
                REPLY=${REPLY//"$character"/\\"$character"}
            done
            ;;
        *)
            # Braces, and what else a path of Azure holds, stay as they are; but `{a,b}` and `{1..2}` are several words.
            if [[ $REPLY == *[!A-Za-z0-9_.,:=@%+/{}-]* || $REPLY == *'{'*,*'}'* || $REPLY == *'{'*..*'}'* ]]; then
                printf -v REPLY %q "$REPLY"
            fi
            ;;
    esac
}

_arm() {
    # Bash cuts words at `=`, `:` and `@`; arm takes them whole.
    local line=${COMP_LINE:0:COMP_POINT} words=() part i
    for ((i = 0; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]}
        if [[ $line == [[:space:]]* || $i == 0 ]]; then
            line=${line#"${line%%[![:space:]]*}"}
            words+=('')
        fi
        if ((i == COMP_CWORD)); then
            part=$line
        fi
        words[-1]+=$part
        line=${line#"$part"}
    done
    # The words before are meant without their quotation marks.
    for ((i = 0; i < ${#words[@]} - 1; i++)); do
        words[i]=${words[i]//[\'\"\\]/}
    done
    local typed=${words[-1]} quote= REPLY
    if [[ $typed == [\'\"]* ]]; then
        quote=${typed:0:1} typed=${typed:1} words[-1]=$typed
    fi
    # What stands before the part of the word that Bash replaces.
    local before=${typed%"$2"}
    if [[ $quote != \' ]]; then
        typed=${typed//\\/} words[-1]=$typed
    fi

    COMPREPLY=()
    local kind word about files names=()
    while IFS=$'\t' read -r kind word about; do
        case $kind in
            file)
                files=${typed#"$word"}
                compopt -o filenames 2>/dev/null
                # A word that begins with `@` is no file's name to Bash.
                if [[ -n $word && $before != *"$word" ]]; then
                    compopt +o filenames -o nospace 2>/dev/null
                fi
                while IFS= read -r about; do
                    about=$word$about
                    COMPREPLY+=("${about#"$before"}")
                done < <(compgen -f -- "$files")
                continue
                ;;
            part) compopt -o nospace 2>/dev/null ;;
            name)
                # It does not begin like what is typed: Bash would cut the word where two of them differ.
                names+=("$word")
                continue
                ;;
        esac
        _arm_quote "${word#"$before"}"
        COMPREPLY+=("$REPLY")
    done < <(command arm __complete "${words[@]:1}" 2>/dev/null)
    if ((${#COMPREPLY[@]} == 0 && ${#names[@]} == 1)) && [[ $names == "$before"* ]]; then
        _arm_quote "${names#"$before"}"
        COMPREPLY=("$REPLY")
        compopt -o nospace 2>/dev/null
    fi
}

complete -o nosort -F _arm arm 2>/dev/null || complete -F _arm arm
